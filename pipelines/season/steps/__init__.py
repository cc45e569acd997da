"""The one list of steps, a file for each part of the path. The command line runs the list; the Dagster assets are made from it.

Steps read tables from the store, call the plain functions of one stage, write tables and report. No rule lives here.
"""
