/** What to use in place of a Python package that is not installed. */
const requests = new Set('requests httpx aiohttp urllib3 httplib2 pycurl'.split(' '));
const debianPackages = new Map(
  'numpy pandas scipy matplotlib lxml yaml dateutil openpyxl pytz bs4:python3-bs4 PIL:python3-pil sklearn:python3-sklearn'
    .split(' ')
    .map((entry) => entry.split(':') as [string, string?])
    .map(([module, name = `python3-${module}`]) => [module, name]),
);

export function pythonAdvice(module: string): string {
  const top = module.split('.')[0]!;
  if (requests.has(top)) return 'Use http(…), after naming its hosts in the settings of the step.';
  const name = debianPackages.get(top);
  return name === undefined
    ? 'Ask the operator of the server to install it for a python3 there.'
    : `Ask the operator of the server to install it for a python3 there (on Debian: ${name}).`;
}
