/** The step that a link ends the wait of. */
export interface LinkTarget {
  /** Bare ids. */
  projectId: string;
  executionId: string;
  path: string;
  /** From then on the link is worth nothing. Unix milliseconds. */
  expiresAt: number;
}

/** Makes addresses whose holder may end the wait of one step, once. The same target always gives the same address. */
export interface LinkSource {
  resumeUrl(target: LinkTarget): string;
  /** For this person, and nobody else. `person`: an e-mail address in lower case. */
  approvalUrl(target: LinkTarget, person: string): string;
}
