"""Rules about people and households that need no database: plain data in, a decision with its reason out."""
