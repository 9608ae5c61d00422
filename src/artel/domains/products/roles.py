"""What the shipped roles may do with sale terms."""

from artel.kernel.permissions import declare

declare("sales_manager", "products.view_agreement")
declare("head", "products.*")
declare("marketer", "products.view_agreement")
