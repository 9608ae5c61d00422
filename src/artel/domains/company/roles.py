"""What the shipped roles may do with the company's own records, and with people and rights."""

from artel.kernel.permissions import declare

LOOKED_UP = (
    "company.view_organisation",
    "company.view_department",
    "company.view_employee",
    "company.view_currency",
    "company.view_currencyrate",
    "company.view_workcalendar",
    "company.view_calendarday",
    "kernel.view_user",
    "kernel.view_accessgroup",
    "kernel.view_contactkind",
    "kernel.change_own_account",
)

for role in ("sales_manager", "marketer", "head"):
    declare(role, *LOOKED_UP)
declare("head", "kernel.view_role", "kernel.view_grant")
declare("administrator", "*")
