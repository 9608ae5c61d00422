"""What the shipped roles may do with marketing events."""

from artel.kernel.permissions import declare

for role in ("sales_manager", "head"):
    declare(role, "marketing.view_marketingevent")
declare("marketer", "marketing.*")
