import pytest


@pytest.fixture
def drawn(monkeypatch):
    """The figures that are written while a test runs."""
    from matplotlib.figure import Figure

    figures = []
    write = Figure.savefig

    def keep(figure, *args, **options):
        figures.append(figure)
        write(figure, *args, **options)

    monkeypatch.setattr(Figure, "savefig", keep)
    return figures
