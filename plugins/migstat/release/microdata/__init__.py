"""The statisticians' own release: records, coarsened until nobody stands alone among them."""
