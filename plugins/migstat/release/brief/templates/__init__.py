"""How a brief looks: the templates of the page and of the PDF."""
