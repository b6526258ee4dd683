"""Editor of a plan sheet: function views inside the admin site, in the form of the paper.

`urls.py` lists them, `page.py` is what they share, `context.py` what the page shows.
"""
