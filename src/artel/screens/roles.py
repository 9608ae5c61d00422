"""What the shipped roles may do with saved views and the start page: everybody arranges his own, heads and marketers also share."""

from django.utils.translation import gettext_lazy as _

from artel.kernel.permissions import declare, know

from .models import CHANGE, HOME, HOME_VIEW, PIN, SHARE, VIEW

_OWN = (VIEW, CHANGE, PIN, "screens.view_viewshare", "screens.view_viewpin", HOME_VIEW, HOME)

for permission in _OWN:
    know(permission)
know(SHARE, _("Share saved views with others"))
declare("sales_manager", *_OWN)
declare("head", *_OWN, SHARE)
declare("marketer", *_OWN, SHARE)
