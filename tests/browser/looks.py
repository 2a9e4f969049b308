"""What every page is looked at in: each width and each scheme once, for they are independent."""

import pytest

each_look = pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
