resource aws_s3_bucket /* kind */ "this" {
count=var.create?1:0
   bucket = "a-${var.x["k"].y}-%{ if var.b ~}z%{ endif }" # trailing
  acl="${var.acl}"
  neg = -1
  neg2 = 1 - -1
  neg3 = a-1
  neg4=(-1)
  not = ! var.x
  tags=merge({"Name"=var.name,b={c=1}},var.tags,) // other
  list=[for k,v in var.m:v.z if k!="a"]
  map={for k,v in var.m:k=>v...}
  lits = [for x in [1,2]:x]
  e = {}
  f = [ ]
  g = {   }
  s = aws_a.b [*] . id
  t = aws_a.b.0.id
  u = provider::aws::arn_parse( x ).region
  policy = jsonencode({
    Statement=[{
      Effect="Allow"
        Action = ["s3:*",
        "x"]
    }, {
       Effect="Deny"
    }]
  })
  heredoc = <<-EOT
      keep   this
    ${  var.x  } and %{ for s in var.l }${s}%{ endfor }
  EOT
  call = f(<<EOT
a
EOT
  , 1)
  after = 1
    dynamic rule {
  for_each=var.rules
  content {
 a=rule.value
  }
  }
  lifecycle { prevent_destroy=true }
  multi = "${
    var.a ? 1 :
    2
  }"
  tern = (var.a
  ? 1
  : 2)
    # own-line comment
      /* block
   comment */
  日本語 = 1 # wide
  e9 = "é" # narrow
  emoji = "👨‍👩‍👧" # family
}
variable x { 
  type="string" 
  description = <<EOF
x
EOF
  }
variable y { type = list }
variable z { 
  type = "map"
  default = "${map("a", "b")}"
  }
variable "w" { type = set  }
output o { value = "${x}${y}" }
locals {
  a = "${"nested ${q}"}"
  b = "$${escaped} %%{x} $ % 100%"
  c = 1.5e10+2*3/4%5
  d = a&&b||!c
  e = x>=1
  f = [
  1,2, # c1
  300, # c2
  ]
  g = {
    "a b" : 1
    c:2, d=3
    (var.x) = 4
    longer_name  = 5
  }
  h = "${ {a=1}["a"] }"
  i = x ["a"]
  j = f(x...)
  k = f( x , y... )
}
