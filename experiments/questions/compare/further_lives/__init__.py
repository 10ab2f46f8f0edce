"""Lives beside those of a comparison, from which more is told of its difference than how large it is."""
