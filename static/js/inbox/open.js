/** Which conversation is open, and where its pieces are. */

export function thread() {
  return document.getElementById("thread");
}

export function openId() {
  return thread()?.dataset.conversationId;
}

/** The address of a piece of the open conversation. */
export function pieceOf(name) {
  return `${thread().dataset.url}/${name}`;
}
