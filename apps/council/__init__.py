"""調布スマートシティ協議会: organizations, their projects, agreements, check sheets, challenges and offers."""
