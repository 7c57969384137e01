"""Theme: bundled stylesheets and scripts, custom colours, generated covers."""
