"""What the shipped roles may do with saved views: everybody arranges his own lists, heads and marketers also share."""

from artel.kernel.permissions import declare, know

from .models import CHANGE, PIN, SHARE, VIEW

_OWN = (VIEW, CHANGE, PIN, "screens.view_viewshare", "screens.view_viewpin")

for permission in (*_OWN, SHARE):
    know(permission)
declare("sales_manager", *_OWN)
declare("head", *_OWN, SHARE)
declare("marketer", *_OWN, SHARE)
