a=1
resource "x" "y" {
	a = 1 # c
	bbb = 2 # d
 h = <<EOT
  x
EOT
}
