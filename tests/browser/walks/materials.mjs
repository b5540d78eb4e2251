// The library from a quotation's upload to who read it: the console, the customer's phone, the console again.
import { ask, calm, expect, newFriend, newPage, PHONE, SMALL, until, url, walk } from '../harness.mjs';

const WECHAT = { ...PHONE, userAgent: 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0.50' };

/** A PDF of n pages, each with a word. */
function pdf(n) {
  const kids = Array.from({ length: n }, (_, i) => `${4 + i * 2} 0 R`).join(' ');
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', `<< /Type /Pages /Kids [${kids}] /Count ${n} >>`, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'];
  for (let i = 0; i < n; i++) {
    const words = `BT /F1 40 Tf 60 700 Td (Quotation page ${i + 1}) Tj ET`;
    objects.push(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${5 + i * 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`, `<< /Length ${words.length} >>\nstream\n${words}\nendstream`);
  }
  let text = '%PDF-1.4\n';
  const at = objects.map((body, i) => {
    const here = text.length;
    text += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return here;
  });
  const end = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${at.map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${end}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

const rowOf = (page, title) => page.locator('[data-test=table] tr', { hasText: title });

walk('an article gets a category and stands in the material library', async (page) => {
  const title = `上新-${Date.now() % 100000}`, group = `类-${Date.now() % 100000}`;
  await page.goto(`${url}/materials`);
  await page.click('[data-test=categories]');
  await page.fill('[data-test=category-name] input, input[data-test=category-name]', group);
  await page.click('[data-test=category-save]');
  await page.locator('.el-dialog li', { hasText: group }).waitFor();
  await page.keyboard.press('Escape');
  await page.click('[data-test=new-material]');
  await page.fill('input[data-test=material-title], [data-test=material-title] input', title);
  expect(await page.locator('[data-test=material-save]').isDisabled(), 'an article needs a body');
  await page.fill('textarea[data-test=material-body], [data-test=material-body] textarea', '## 第一件\n新品到店\n\n欢迎来看');
  await calm(page);
  await page.click('[data-test=material-save]');
  await rowOf(page, title).waitFor();
  await rowOf(page, title).locator('[data-test=material-open]').click();
  await page.locator('.el-tabs__item', { hasText: '预览' }).click();
  await page.locator('[data-test=material-preview] h4', { hasText: '第一件' }).waitFor();
  await calm(page);
});

walk('a material is read to its end on her phone, and the console says so', async (page) => {
  const title = `报价单-${Date.now() % 100000}`;
  await page.goto(`${url}/materials`);
  await page.click('[data-test=new-material]');
  await page.click('[data-test=material-kind]');
  await page.locator('.el-select-dropdown__item', { hasText: '文件' }).last().click();
  await page.fill('input[data-test=material-title], [data-test=material-title] input', title);
  await page.setInputFiles('input[data-test=material-file]', { name: '假的.pdf', mimeType: 'application/pdf', buffer: Buffer.from('PK not a pdf') });
  await page.locator('.el-message', { hasText: '内容与后缀不符' }).first().waitFor();
  await page.setInputFiles('input[data-test=material-file]', { name: '报价.pdf', mimeType: 'application/pdf', buffer: pdf(3) });
  await page.locator('.el-drawer p', { hasText: '报价.pdf' }).waitFor();
  await page.click('[data-test=material-save]');
  await rowOf(page, title).waitFor();

  const her = (await ask(page, 'GET', 'customers?limit=50')).data.find((c) => c.name);
  const hand = (await ask(page, 'GET', `work/materials?customer_id=${her.id}`)).data.find((m) => m.title === title);
  const link = new URL(hand.url);
  const phone = await newPage(WECHAT);
  await phone.goto(`${url}${link.pathname}${link.search}`);
  await until('three pages', async () => (await phone.locator('[data-test=pages] canvas').count()) === 3);
  await until('the first is drawn', async () => (await phone.locator('[data-test=pages] canvas').first().evaluate((c) => c.width)) > 100);
  await calm(phone);
  await phone.locator('[data-test=pages] canvas').last().scrollIntoViewIfNeeded();
  await phone.locator('.where', { hasText: '3 / 3' }).waitFor();
  await phone.waitForTimeout(2200);
  await phone.close({ runBeforeUnload: true });

  await page.reload();
  await rowOf(page, title).locator('[data-test=material-open]').click();
  const line = page.locator('.el-drawer [data-test=table] tr', { hasText: her.name });
  await line.waitFor();
  await until('her reading has arrived', async () => {
    const { id } = (await ask(page, 'GET', `materials?q=${encodeURIComponent(title)}`)).data[0];
    const visit = (await ask(page, 'GET', `materials/${id}/visits`)).data[0];
    return visit.depth === 100 && visit.seconds >= 2 && visit.customer_id === her.id;
  });
});

walk('a removed material is missed kindly', async (page) => {
  const made = await ask(page, 'POST', 'materials', { kind: 'article', title: `旧活动-${Date.now() % 100000}`, body: '到月底' });
  await page.goto(`${url}/materials`);
  const picked = await ask(page, 'GET', `materials/${made.id}`);
  await ask(page, 'DELETE', `materials/${made.id}`);
  const phone = await newPage(WECHAT);
  const link = new URL(picked.url);
  await phone.goto(`${url}${link.pathname}`);
  await phone.locator('[data-test=sorry]', { hasText: '已经下架' }).waitFor();
  await calm(phone);
  await phone.close();
});

walk('the material library fits a phone', async (page) => {
  await page.goto(`${url}/materials`);
  await page.locator('[data-test=new-material]').waitFor();
  await calm(page);
}, PHONE);

walk('a material is sent from the sidebar with a link of her own', async (page) => {
  const title = `话术-${Date.now() % 100000}`;
  await ask(page, 'POST', 'materials', { kind: 'text', title, body: '周五会员日' });
  const scan = await newFriend(page);
  await until('she has arrived', async () => (await ask(page, 'GET', `sidebar/customer?external_userid=${scan.external_userid}`)).state === 'known');
  await page.goto(`${url}/h5/sidebar?sim_contact=${scan.external_userid}`);
  await page.click('[data-test=tab-materials]');
  await page.fill('[data-test=material-q]', title);
  const row = page.locator('[data-test=hand]', { hasText: title });
  await row.waitFor();
  await until('only that one', async () => (await page.locator('[data-test=hand]').count()) === 1);
  await calm(page);
  await row.locator('button').click();
  await page.locator('.said', { hasText: '已发送到聊天' }).last().waitFor();
}, SMALL);

walk('a material is chosen for the link of a task', async (page) => {
  const title = `活动-${Date.now() % 100000}`;
  const made = await ask(page, 'POST', 'materials', { kind: 'article', title, summary: '说明', body: '正文' });
  await page.goto(`${url}/staff-tasks`);
  await page.click('[data-test=new-task]');
  await page.locator('.el-checkbox', { hasText: '附链接' }).click();
  await page.click('[data-test=link-material]');
  await page.locator('[data-test=material-choose]', { hasText: title }).click();
  const address = page.locator('input[data-test=link-url], [data-test=link-url] input');
  await until('its name stands as the address', async () => (await address.inputValue()) === `material:${made.id}`);
  expect((await page.locator('input[data-test=link-title], [data-test=link-title] input').inputValue()) === title, 'and its title is taken over');
  expect(!(await page.locator('.el-drawer .bad').count()), 'nothing is wrong with it');
});

walk('a material waits for somebody else to approve it', async (page) => {
  const title = `新价-${Date.now() % 100000}`;
  const rule = async (value) => {
    await page.goto(`${url}/materials`);
    await page.click('[data-test=material-rules]');
    const field = page.getByRole('switch', { name: /审核/ });
    await field.waitFor({ state: 'attached' });
    if ((await field.getAttribute('aria-checked')) !== String(value === '1')) await page.locator('[data-test="material.approval"]').click();
    await page.click('[data-test=save-settings]');
    await page.locator('.el-message', { hasText: '已保存' }).first().waitFor();
  };
  await rule('1');
  try {
    await ask(page, 'POST', 'materials', { kind: 'article', title, body: '正文' });
    await page.goto(`${url}/materials`);
    const row = rowOf(page, title);
    await row.locator('.el-tag', { hasText: '待审核' }).waitFor();
    await row.locator('[data-test=material-open]').click();
    await page.locator('.el-drawer', { hasText: '自己提交的要请同事审核' }).waitFor();
    expect(!(await page.locator('[data-test=approve]').count()), 'nobody approves his own');
  } finally {
    await rule('0');
  }
});
