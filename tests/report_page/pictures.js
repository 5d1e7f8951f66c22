// node pictures.js CHROMIUM REPORT.html FOLDER: the pictures of a page of `hwcvp run` that the documentation shows.
import { join } from 'node:path';

import { launch, open } from './browser.js';

const [chromium, file, folder] = process.argv.slice(2);
const browser = await launch(chromium);
const { page } = await open(browser, file, 1000, 860);
await page.screenshot({ path: join(folder, 'report.png') });
await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
for (const part of ['schedules', 'roofline', 'engines', 'bandwidth']) {
  const element = await page.$(part === 'schedules' ? '#schedules' : `#${part}-chart`);
  await element.screenshot({ path: join(folder, `report-${part}.png`) });
}
await browser.close();
