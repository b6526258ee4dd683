"""Words of residents' texts: reading Japanese, word clouds, comparisons, the city's dictionary."""
