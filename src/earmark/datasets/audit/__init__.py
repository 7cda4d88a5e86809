"""What the sounds themselves say of a dataset: what each holds, and which are the same recording.

`listen` goes over every clip once; `find_duplicates` compares what it heard.
"""

from earmark.datasets.audit.duplicates import Duplicate, find_duplicates
from earmark.datasets.audit.heard import Heard
from earmark.datasets.audit.listen import listen

__all__ = ["Duplicate", "Heard", "find_duplicates", "listen"]
