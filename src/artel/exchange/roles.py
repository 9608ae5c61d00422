"""What the shipped roles may do with imports: whoever may add records may import them, and sees his own runs."""

from artel.kernel.permissions import declare

for role in ("sales_manager", "head", "marketer"):
    declare(role, "exchange.view_importrun")
