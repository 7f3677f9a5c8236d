"""Which service a type of the provider belongs to: mostly its name says it, the rest is one table."""

from collections.abc import Collection, Mapping

ALIASES: Mapping[str, tuple[str, ...]] = {
    "alb": ("elbv2",),
    "ami": ("ec2",),
    "api_gateway": ("apigateway",),
    "app_cookie": ("elb",),
    "appautoscaling": ("application-autoscaling",),
    "applicationinsights": ("application-insights",),
    "autoscaling": ("autoscaling", "ec2"),
    "availability_zone": ("ec2",),
    "chimesdkmediapipelines": ("chime-sdk-media-pipelines",),
    "chimesdkvoice": ("chime-sdk-voice",),
    "cloudcontrolapi": ("cloudcontrol",),
    "cloudhsm_v2": ("cloudhsmv2",),
    "cloudwatch_event": ("events",),
    "cloudwatch_log": ("logs",),
    "cloudwatch_query": ("logs",),
    "codestarconnections": ("codestar-connections", "codeconnections"),
    "codestarnotifications": ("codestar-notifications",),
    "cognito_log_delivery": ("cognito-idp",),
    "cognito_managed": ("cognito-idp",),
    "cognito_resource": ("cognito-idp",),
    "cognito_risk": ("cognito-idp",),
    "cognito_user": ("cognito-idp",),
    "customer_gateway": ("ec2",),
    "customerprofiles": ("customer-profiles",),
    "db": ("rds",),
    "default_network": ("ec2",),
    "default_route": ("ec2",),
    "default_security": ("ec2",),
    "default_subnet": ("ec2",),
    "default_vpc": ("ec2",),
    "directory_service": ("ds",),
    "docdb": ("docdb", "rds"),
    "dx": ("directconnect",),
    "ebs": ("ec2", "ebs"),
    "egress": ("ec2",),
    "eip": ("ec2",),
    "elasticsearch": ("es",),
    "elb": ("elb",),
    "flow_log": ("ec2",),
    "instance": ("ec2",),
    "internet_gateway": ("ec2",),
    "key_pair": ("ec2",),
    "kinesis_analytics": ("kinesisanalytics",),
    "kinesis_firehose": ("firehose",),
    "kinesis_video": ("kinesisvideo",),
    "launch_configuration": ("autoscaling", "ec2"),
    "launch_template": ("ec2",),
    "lb": ("elbv2",),
    "lbs": ("elbv2",),
    "lex": ("lex-models",),
    "load_balancer": ("elb",),
    "main_route": ("ec2",),
    "media_convert": ("mediaconvert",),
    "media_package": ("mediapackage",),
    "media_packagev2": ("mediapackagev2",),
    "media_store": ("mediastore",),
    "msk": ("kafka",),
    "mskconnect": ("kafkaconnect",),
    "nat_gateway": ("ec2",),
    "neptune": ("neptune", "rds"),
    "network_acl": ("ec2",),
    "network_interface": ("ec2",),
    "networkfirewall": ("network-firewall",),
    "opensearch": ("opensearch", "es"),
    "placement_group": ("ec2",),
    "prefix_list": ("ec2",),
    "prometheus": ("amp",),
    "proxy_protocol": ("elb",),
    "route": ("ec2",),
    "route53_resolver": ("route53resolver",),
    "route53recoverycontrolconfig": ("route53-recovery-control-config",),
    "route53recoveryreadiness": ("route53-recovery-readiness",),
    "s3_bucket": ("s3", "s3control"),
    "security_group": ("ec2",),
    "serverlessapplicationrepository": ("serverlessrepo",),
    "service_discovery": ("servicediscovery",),
    "servicecatalogappregistry": ("servicecatalog-appregistry",),
    "ses": ("ses", "sesv2"),
    "sesv2": ("sesv2",),
    "sfn": ("stepfunctions",),
    "simpledb": ("sdb",),
    "snapshot_create": ("ec2",),
    "spot": ("ec2",),
    "subnet": ("ec2",),
    "transfer": ("transfer",),
    "verifiedaccess": ("ec2",),
    "volume_attachment": ("ec2",),
    "vpc": ("ec2",),
    "vpclattice": ("vpc-lattice",),
    "vpn": ("ec2",),
    "wafregional": ("waf-regional", "waf"),
    "waf": ("waf",),
    "wafv2": ("wafv2",),
}
"""The start of a type's name (without `aws_`) → folders of service models that its name does not tell."""


def named_service(type_name: str, services: Collection[str]) -> str | None:
    """The service whose name is the longest start of the type's own, spelled without separators."""
    plain = {service.replace("-", ""): service for service in services}
    parts = type_name.split("_")[1:]
    for size in range(len(parts), 0, -1):
        found = plain.get("".join(parts[:size]))
        if found is not None:
            return found
    return None


def alias_services(type_name: str) -> tuple[str, ...]:
    """The services that the table names for the type: those of its longest start that is there."""
    parts = type_name.split("_")[1:]
    for size in range(len(parts), 0, -1):
        found = ALIASES.get("_".join(parts[:size]))
        if found is not None:
            return found
    return ()
