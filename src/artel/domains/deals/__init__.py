"""Deals, their kinds, stages and participants, demand and the funnel."""
