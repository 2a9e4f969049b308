"""The widths and color schemes to check pages in; each once, since they are independent."""

import pytest

each_look = pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
