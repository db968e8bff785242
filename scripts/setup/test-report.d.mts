export interface Failure {
  file: string;
  test: string;
  message: string;
}

export interface FileResult {
  name: string;
  status: string;
  message?: string;
  assertionResults: { status: string; fullName?: string; failureMessages?: string[] }[];
}

export interface Report {
  testResults: FileResult[];
  numPassedTests: number;
  numFailedTests: number;
  unsteady?: Failure[];
}

export function readReport(path: string): Report | undefined;
export function writeReport(path: string, report: Report): void;
export function listFailedFiles(report: Pick<Report, 'testResults'>): string[];
export function listFailures(report: Pick<Report, 'testResults'>): Failure[];
export function mergeReports(first: Report, again: Pick<Report, 'testResults'>): Report;
export function printFailures(title: string, failures: Failure[], root: string): void;
