"""The face of the site: joined stylesheets, the network's colours, drawn covers."""
