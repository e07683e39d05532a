/** What a controller that is not active says, in Kafka's words; `leaderId` is -1 when it knows of nobody who is. */
export function wrongController(leaderId: number): string {
  if (leaderId === -1) return "No controller appears to be active.";
  return `The active controller appears to be node ${leaderId}.`;
}
