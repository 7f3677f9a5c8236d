x = 1 # c1
yy = 22 /* b */ # c2
z = 3 /* q */
/* lead */ a = 1
b = /* mid */ 2
blk /* x */ "l" /* y */ { /* in */ } /* end */
blk2 { # c
}
