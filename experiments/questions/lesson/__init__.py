"""A page for a classroom, on which a result is predicted before it is seen."""

TITLE = "Can you predict it? A page for a classroom."
SUMMARY = "a page for a classroom without a server: predict first, then see; alone it lists them"
