"""行革プラン: plan sheets of each fiscal year, their grades and evidence, and the yearly report."""
