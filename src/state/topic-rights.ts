/** What the sender of a request may do to topics. A name may be asked about whether there is such a topic or not. */
export interface TopicRights {
  mayCreate(name: string): boolean;
  mayDescribeConfigs(name: string): boolean;
  mayDescribe(name: string): boolean;
  mayDelete(name: string): boolean;
  mayAlter(name: string): boolean;
}
