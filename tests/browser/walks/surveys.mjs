// A survey from the console to her phone and back: made, published, answered, read in the table of reasons.
import { ask, axe, expect, newPage, PHONE, until, url, walk } from '../harness.mjs';

const SMALL = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2, userAgent: 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36' };

const rowOf = (page, title) => page.locator('[data-test=table] tr', { hasText: title });
const field = (page, name) => page.locator(`input[data-test=${name}], [data-test=${name}] input`);
const fits = async (page) => {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide <= 0, `scrolls sideways by ${wide}`);
  const found = await axe(page);
  expect(!found.length, found.join('\n'));
};

walk('a survey is made, published, answered on a phone and read in the table of reasons', async (page) => {
  const title = `为什么离开-${Date.now() % 100000}`;
  await page.goto(`${url}/surveys`);
  await page.click('[data-test=new-survey]');
  await until('the usual questions', async () => (await page.locator('[data-test=survey-question]').count()) === 4);
  await field(page, 'survey-title').fill(title);
  await page.locator('[data-test=survey-question]').first().locator('[data-test=add-choice]').click();
  await page.locator('[data-test=survey-question]').first().locator('input[data-test=choice-label], [data-test=choice-label] input').last().fill('包装不好');
  const found = await axe(page);
  expect(!found.length, found.join('\n'));
  await page.click('[data-test=survey-save]');
  const row = rowOf(page, title);
  await row.locator('.el-tag', { hasText: '草稿' }).waitFor();
  await row.locator('[data-test=survey-publish]').click();
  await row.locator('.el-tag', { hasText: '收集中' }).waitFor();

  const survey = (await ask(page, 'GET', 'surveys')).data.find((one) => one.title === title);
  const phone = await newPage(SMALL);
  await phone.goto(survey.url.replace(/^https?:\/\/[^/]+/, url));
  await phone.locator('[data-test=survey]').waitFor();
  await fits(phone);
  await phone.click('[data-test=send]');
  await phone.locator('.said', { hasText: '请回答' }).waitFor();
  await phone.locator('.pick', { hasText: '包装不好' }).click();
  await phone.locator('.scores label', { hasText: '3' }).first().click();
  await phone.locator('textarea').fill('盒子压坏了');
  await phone.click('[data-test=send]');
  await phone.locator('[data-test=thanks]').waitFor();
  await phone.reload();
  await phone.locator('[data-test=answered]').waitFor();
  await fits(phone);
  await phone.click('[data-test=change]');
  expect((await phone.locator('textarea').inputValue()) === '盒子压坏了', 'her own words are there to be changed');
  await phone.close();

  await page.reload();
  await rowOf(page, title).locator('[data-test=survey-open]').click();
  await page.locator('.el-drawer tr', { hasText: '包装不好' }).waitFor();
  await page.locator('.el-drawer', { hasText: '共 1 人回答' }).waitFor();
  await page.locator('.el-tabs__item', { hasText: '回答' }).last().click();
  await page.locator('.el-drawer .said', { hasText: '盒子压坏了' }).waitFor();
  const more = await axe(page);
  expect(!more.length, more.join('\n'));
});

walk('a survey is chosen for the link of a task', async (page) => {
  const title = `活动反馈-${Date.now() % 100000}`;
  const made = await ask(page, 'POST', 'surveys', { title, questions: [{ id: 'q1', kind: 'text', title: '怎么样' }] });
  await ask(page, 'POST', `surveys/${made.id}/publish`);
  await page.goto(`${url}/staff-tasks`);
  await page.click('[data-test=new-task]');
  await page.locator('.el-checkbox', { hasText: '附链接' }).click();
  await page.click('[data-test=link-survey]');
  await page.locator('[data-test=survey-choose]', { hasText: title }).click();
  await until('its name stands as the address', async () => (await field(page, 'link-url').inputValue()) === `survey:${made.id}`);
  expect(!(await page.locator('.el-drawer .bad').count()), 'nothing is wrong with it');
});

walk('surveys fit a phone', async (page) => {
  await page.goto(`${url}/surveys`);
  await page.locator('[data-test=new-survey]').waitFor();
  await fits(page);
  await page.click('[data-test=new-survey]');
  await until('the usual questions', async () => (await page.locator('[data-test=survey-question]').count()) === 4);
  await fits(page);
}, PHONE);
