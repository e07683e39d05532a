/** The name of the topic whose only partition is the metadata log. */
export const METADATA_TOPIC = "__cluster_metadata";
