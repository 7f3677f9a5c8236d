mock_provider "aws" {}

variables {
  name = "orders"
}

run "on_demand" {}

run "provisioned" {
  variables {
    provisioned = { read = 5, write = 2 }
  }
}
