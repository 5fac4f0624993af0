package io.s3stream.kafka.protocol.admin;

import io.s3stream.kafka.access.Access;
import io.s3stream.kafka.catalogue.Catalogue;
import io.s3stream.kafka.cluster.Cluster;
import io.s3stream.kafka.groups.GroupConfigStore;
import io.s3stream.kafka.groups.GroupSettings;
import io.s3stream.kafka.protocol.ApiTable;
import org.apache.kafka.common.protocol.ApiKeys;

/** Adds the requests about configurations to the table of requests. */
public final class ConfigApis {

    private ConfigApis() {}

    /**
     * Adds all requests about configurations.
     *
     * @param settings of this broker's group coordinators, which are the defaults of groups
     */
    public static void addTo(
            ApiTable apis,
            Catalogue catalogue,
            Cluster cluster,
            BrokerProperties properties,
            GroupConfigStore groups,
            GroupSettings settings,
            Access access) {
        GroupConfigsApi ofGroups = new GroupConfigsApi(groups, settings, cluster);
        DescribeConfigsApi describe = new DescribeConfigsApi(cluster, properties, ofGroups, access);
        AlterConfigsApi alter = new AlterConfigsApi(catalogue, cluster, ofGroups, access);
        ConfigResourcesApi resources = new ConfigResourcesApi(cluster, groups.configs(), access);
        apis.add(ApiKeys.DESCRIBE_CONFIGS, describe::describe)
                .add(ApiKeys.INCREMENTAL_ALTER_CONFIGS, alter::alterIncrementally)
                .add(ApiKeys.ALTER_CONFIGS, alter::alter)
                .add(ApiKeys.LIST_CONFIG_RESOURCES, resources::list);
    }
}
