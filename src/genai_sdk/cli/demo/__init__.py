"""The product on a platform that is gone afterwards."""
