"""The report: one plain document of values and pictures, as a page, as Markdown or as JSON.

Who gathers the document is `earmark.inference.report`; here nothing is read from disk but the
page's own template.
"""

from earmark.evaluation.report.markdown import as_markdown
from earmark.evaluation.report.page import as_html
from earmark.evaluation.report.plain import as_json

FORMATS = {"html": as_html, "md": as_markdown, "json": as_json}

__all__ = ["FORMATS", "as_html", "as_json", "as_markdown"]
