"""What happens to the difference between two policies when settings change?"""
