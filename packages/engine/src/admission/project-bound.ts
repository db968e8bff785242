/** How much a claim may give to any one project. */
export interface ProjectBound {
  /** Places that a project may hold with what it is given. */
  most: number;
  /** Places that projects hold already; one that is not in it holds none. */
  held: ReadonlyMap<string, number>;
}
