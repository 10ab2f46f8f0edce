"""Where do the two lives of one citizen part, under the same luck?"""
