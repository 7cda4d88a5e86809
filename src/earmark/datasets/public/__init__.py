"""Public sets: what they are, and how to get one and lay it out so that its split is fair."""

from typing import TYPE_CHECKING, Any

from earmark.datasets.public.about import About
from earmark.datasets.public.public_set import PUBLIC_SETS, PublicSet

if TYPE_CHECKING:
    from earmark.datasets.public.get import get_public

__all__ = ["PUBLIC_SETS", "About", "PublicSet", "get_public", "list_public"]


def list_public() -> list[str]:
    """Names of the public sets that Earmark can lay out.

    >>> "ballroom" in list_public()
    True
    """
    return list(PUBLIC_SETS)


def __getattr__(name: str) -> Any:
    if name == "get_public":  # late: it brings the downloader
        from earmark.datasets.public.get import get_public

        return get_public
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
