"""What continuous integration runs: a check with all its reports, and a comment on a pull request.

`github` reads the files of a change, which may be those of a stranger, and may write nothing but
reports. `comment` may write comments, and reads nothing but those reports, trusting none of them.
"""
