"""What the provider does not do as AWS does: an entry that is no longer needed fails a test."""

from __future__ import annotations

UNCHANGED: dict[str, str] = {
    "aws:acm/certificate:Certificate": "certificateChain privateKeyWoVersion",
    "aws:apigatewayv2/api:Api": "ipAddressType",
    "aws:apigatewayv2/domainName:DomainName": "routingMode",
    "aws:apigatewayv2/stage:Stage": "autoDeploy clientCertificateId deploymentId description",
    "aws:appautoscaling/target:Target": "roleArn",
    "aws:dynamodb/table:Table": "pointInTimeRecovery tableClass",
    "aws:ec2/subnet:Subnet": """
        enableDns64 enableResourceNameDnsAaaaRecordOnLaunch privateDnsHostnameTypeOnLaunch
    """,
    "aws:ec2/vpcEndpoint:VpcEndpoint": "autoAccept ipAddressType privateDnsEnabled",
    "aws:ecs/service:Service": "sigintRollback",
    "aws:kms/key:Key": "rotationPeriodInDays",
    "aws:lambda/function:Function": """
        publish replaceSecurityGroupsOnDestroy replacementSecurityGroupIds sourceKmsKeyArn
    """,
    "aws:lb/listener:Listener": """
        alpnPolicy routingHttpRequestXAmznMtlsClientcertHeaderName
        routingHttpRequestXAmznMtlsClientcertIssuerHeaderName
        routingHttpRequestXAmznMtlsClientcertLeafHeaderName
        routingHttpRequestXAmznMtlsClientcertSerialNumberHeaderName
        routingHttpRequestXAmznMtlsClientcertSubjectHeaderName
        routingHttpRequestXAmznMtlsClientcertValidityHeaderName
        routingHttpRequestXAmznTlsCipherSuiteHeaderName
        routingHttpRequestXAmznTlsVersionHeaderName
        routingHttpResponseAccessControlAllowCredentialsHeaderValue
        routingHttpResponseAccessControlAllowHeadersHeaderValue
        routingHttpResponseAccessControlAllowMethodsHeaderValue
        routingHttpResponseAccessControlAllowOriginHeaderValue
        routingHttpResponseAccessControlExposeHeadersHeaderValue
        routingHttpResponseAccessControlMaxAgeHeaderValue
        routingHttpResponseContentSecurityPolicyHeaderValue routingHttpResponseServerEnabled
        routingHttpResponseStrictTransportSecurityHeaderValue
        routingHttpResponseXContentTypeOptionsHeaderValue
        routingHttpResponseXFrameOptionsHeaderValue tcpIdleTimeoutSeconds
    """,
    "aws:rds/cluster:Cluster": """
        allowMajorVersionUpgrade autoMinorVersionUpgrade caCertificateIdentifier
        dbInstanceParameterGroupName domain domainIamRoleName enableGlobalWriteForwarding
        enableHttpEndpoint enableLocalWriteForwarding enabledCloudwatchLogsExports
        iamDatabaseAuthenticationEnabled masterPasswordWoVersion masterUserSecretKmsKeyId
        performanceInsightsEnabled
    """,
    "aws:rds/clusterInstance:ClusterInstance": """
        engineVersion monitoringInterval performanceInsightsEnabled
    """,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": """
        transitionDefaultMinimumObjectSize
    """,
    "aws:sns/topic:Topic": """
        applicationFailureFeedbackRoleArn applicationSuccessFeedbackRoleArn
        applicationSuccessFeedbackSampleRate archivePolicy fifoThroughputScope
        firehoseFailureFeedbackRoleArn firehoseSuccessFeedbackRoleArn
        firehoseSuccessFeedbackSampleRate httpFailureFeedbackRoleArn httpSuccessFeedbackRoleArn
        httpSuccessFeedbackSampleRate lambdaFailureFeedbackRoleArn lambdaSuccessFeedbackRoleArn
        lambdaSuccessFeedbackSampleRate signatureVersion sqsFailureFeedbackRoleArn
        sqsSuccessFeedbackRoleArn sqsSuccessFeedbackSampleRate tracingConfig
    """,
}
"""Inputs whose update changes nothing in the emulated AWS, which does not store them."""

WITHOUT_VALUE: dict[str, str] = {
    "aws:acm/certificate:Certificate": "certificateBody options privateKey",
    "aws:apigatewayv2/api:Api": "corsConfiguration",
    "aws:apigatewayv2/apiMapping:ApiMapping": "apiId apiMappingKey stage",
    "aws:apigatewayv2/domainName:DomainName": """
        domainNameConfiguration domainNameConfiguration.endpointType
        domainNameConfiguration.securityPolicy mutualTlsAuthentication
    """,
    "aws:apigatewayv2/integration:Integration": "requestTemplates tlsConfig",
    "aws:apigatewayv2/route:Route": "requestModels requestParameters",
    "aws:apigatewayv2/stage:Stage": """
        accessLogSettings defaultRouteSettings routeSettings stageVariables
    """,
    "aws:appautoscaling/policy:Policy": """
        policyType predictiveScalingPolicyConfiguration stepScalingPolicyConfiguration
    """,
    "aws:cloudwatch/logGroup:LogGroup": "kmsKeyId",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "dimensions extendedStatistic metricQueries period",
    "aws:cognito/userPool:UserPool": """
        accountRecoverySetting adminCreateUserConfig autoVerifiedAttributes deviceConfiguration
        emailConfiguration lambdaConfig mfaConfiguration
        passwordPolicy.temporaryPasswordValidityDays schemas signInPolicy
        smsAuthenticationMessage smsConfiguration smsVerificationMessage
        softwareTokenMfaConfiguration userAttributeUpdateSettings userPoolAddOns
        verificationMessageTemplate
    """,
    "aws:cognito/userPoolClient:UserPoolClient": """
        analyticsConfiguration authSessionValidity explicitAuthFlows refreshTokenRotation
        supportedIdentityProviders tokenValidityUnits
    """,
    "aws:dynamodb/table:Table": """
        attributes attributes.type onDemandThroughput pointInTimeRecovery.recoveryPeriodInDays
        readCapacity serverSideEncryption ttl warmThroughput writeCapacity
    """,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "ingress",
    "aws:ec2/eip:Eip": "associateWithPrivateIp instance networkInterface",
    "aws:ec2/internetGateway:InternetGateway": "vpcId",
    "aws:ec2/route:Route": """
        carrierGatewayId egressOnlyGatewayId natGatewayId networkInterfaceId transitGatewayId
        vpcEndpointId vpcPeeringConnectionId
    """,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "routeTableId",
    "aws:ec2/vpc:Vpc": "enableDnsSupport",
    "aws:ec2/vpcEndpoint:VpcEndpoint": """
        dnsOptions securityGroupIds subnetConfigurations subnetIds
    """,
    "aws:ecr/repository:Repository": "imageTagMutabilityExclusionFilters",
    "aws:ecs/cluster:Cluster": "configuration",
    "aws:ecs/service:Service": """
        alarms capacityProviderStrategies deploymentCircuitBreaker deploymentConfiguration
        deploymentConfiguration.strategy
        networkConfiguration orderedPlacementStrategies placementConstraints
        serviceConnectConfiguration serviceRegistries taskDefinition triggers
        volumeConfiguration vpcLatticeConfigurations
    """,
    "aws:iam/role:Role": "inlinePolicies managedPolicyArns",
    "aws:kms/alias:Alias": "targetKeyId",
    "aws:kms/key:Key": "policy",
    "aws:lambda/alias:Alias": "functionVersion",
    "aws:lambda/eventSourceMapping:EventSourceMapping": """
        functionName functionResponseTypes scalingConfig
    """,
    "aws:lambda/function:Function": """
        architectures environment fileSystemConfig imageConfig layers loggingConfig role
        snapStart vpcConfig
    """,
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": "destinationConfig",
    "aws:lb/listener:Listener": "certificateArn mutualAuthentication protocol sslPolicy",
    "aws:lb/listenerRule:ListenerRule": "actions",
    "aws:lb/loadBalancer:LoadBalancer": """
        accessLogs connectionLogs securityGroups subnetMappings subnets
    """,
    "aws:lb/targetGroup:TargetGroup": """
        healthCheck.enabled healthCheck.healthyThreshold healthCheck.interval healthCheck.port
        healthCheck.protocol healthCheck.timeout healthCheck.unhealthyThreshold
        stickiness.enabled targetGroupHealth
    """,
    "aws:rds/cluster:Cluster": "masterPassword scalingConfiguration",
    "aws:rds/clusterInstance:ClusterInstance": """
        dbParameterGroupName instanceClass preferredBackupWindow preferredMaintenanceWindow
    """,
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": "parameters.applyMethod",
    "aws:rds/subnetGroup:SubnetGroup": "subnetIds",
    "aws:route53/zone:Zone": "vpcs",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "rules.status",
    "aws:sns/topic:Topic": "contentBasedDeduplication policy",
    "aws:sns/topicSubscription:TopicSubscription": "deliveryPolicy redrivePolicy replayPolicy",
    "aws:sqs/queue:Queue": """
        contentBasedDeduplication deduplicationScope fifoThroughputLimit policy
        redriveAllowPolicy redrivePolicy
    """,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": """
        cidrIpv4 cidrIpv6 prefixListId referencedSecurityGroupId
    """,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": """
        cidrIpv6 prefixListId referencedSecurityGroupId
    """,
    "aws:route53/record:Record": """
        cidrRoutingPolicy failoverRoutingPolicies geolocationRoutingPolicies
        latencyRoutingPolicies multivalueAnswerRoutingPolicy setIdentifier
        weightedRoutingPolicies
    """,
}
"""Inputs that no example changes, so that nothing shows that an update works."""

DRIFT_NOT_DETECTED: dict[str, str] = {
    "aws:apigatewayv2/authorizer:Authorizer": "jwtConfiguration",
    "aws:appautoscaling/policy:Policy": "targetTrackingScalingPolicyConfiguration",
    "aws:cognito/userPool:UserPool": "passwordPolicy",
    "aws:dynamodb/table:Table": "globalSecondaryIndexes",
    "aws:ec2/route:Route": "gatewayId",
    "aws:ecr/repository:Repository": "imageScanningConfiguration",
    "aws:ecs/cluster:Cluster": "settings",
    "aws:lambda/function:Function": "code",
    "aws:lb/listener:Listener": "defaultActions",
    "aws:lb/listenerRule:ListenerRule": "conditions",
    "aws:rds/cluster:Cluster": "manageMasterUserPassword serverlessv2ScalingConfiguration",
    "aws:rds/clusterInstance:ClusterInstance": "autoMinorVersionUpgrade",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "rules",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "rule",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": """
        rules
    """,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "ipProtocol",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "description ipProtocol",
    "aws:secretsmanager/secretRotation:SecretRotation": "rotationRules",
}
"""Inputs of the examples whose change outside of Pulumi a refresh does not find."""

CHANGED_AFTER_IMPORT: dict[str, str] = {
    "aws:acm/certificate:Certificate": "subjectAlternativeNames",
    "aws:apigatewayv2/domainName:DomainName": "domainNameConfiguration tagsAll",
    "aws:apigatewayv2/integration:Integration": "integrationMethod",
    "aws:apigatewayv2/stage:Stage": "tags tagsAll",
    "aws:appautoscaling/target:Target": "tags tagsAll",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "dimensions name",
    "aws:cognito/userPool:UserPool": "emailConfiguration passwordPolicy",
    "aws:cognito/userPoolClient:UserPoolClient": "generateSecret",
    "aws:dynamodb/table:Table": """
        globalSecondaryIndexes pointInTimeRecovery serverSideEncryption ttl
    """,
    "aws:ecr/repository:Repository": "encryptionConfigurations",
    "aws:ecs/service:Service": """
        deploymentCircuitBreaker enableEcsManagedTags networkConfiguration
    """,
    "aws:iam/role:Role": "inlinePolicies",
    "aws:lambda/function:Function": "code publish snapStart",
    "aws:lb/listener:Listener": "defaultActions",
    "aws:lb/listenerRule:ListenerRule": "actions conditions listenerArn",
    "aws:rds/cluster:Cluster": "manageMasterUserPassword performanceInsightsEnabled",
    "aws:rds/clusterInstance:ClusterInstance": "performanceInsightsEnabled",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "rule",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": """
        rules
    """,
    "aws:secretsmanager/secretRotation:SecretRotation": "rotationRules",
}
"""Inputs that differ in a preview of the same program after an import."""
