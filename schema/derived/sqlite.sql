-- 机构设置 (Organisations)
CREATE TABLE "organizations" (
  "id" TEXT NOT NULL,  -- 标识
  "name" TEXT NOT NULL,  -- 名称
  "agency_code" TEXT,  -- 部门（单位）代码
  "organization_type" TEXT,  -- 单位性质
  "organization_type_reported" TEXT,  -- 单位性质（原文）
  "administrative_rank" TEXT,  -- 单位规格
  "funding_mode" TEXT,  -- 经费保障形式
  "funding_mode_reported" TEXT,  -- 经费保障形式（原文）
  "parent_id" TEXT,  -- 上级单位
  "region_code" TEXT,  -- 行政区划代码
  "credit_code" TEXT,  -- 统一社会信用代码
  PRIMARY KEY ("id"),
  FOREIGN KEY ("parent_id") REFERENCES "organizations" ("id") DEFERRABLE INITIALLY DEFERRED
);

-- 部门职责 (Responsibilities)
CREATE TABLE "responsibilities" (
  "id" TEXT NOT NULL,  -- 标识
  "organization_id" TEXT NOT NULL,  -- 单位标识
  "number" TEXT,  -- 编号
  "text" TEXT NOT NULL,  -- 文字
  PRIMARY KEY ("id"),
  FOREIGN KEY ("organization_id") REFERENCES "organizations" ("id") DEFERRABLE INITIALLY DEFERRED
);

-- 预算（决算）收支 (Budget lines)
CREATE TABLE "budget_lines" (
  "id" TEXT NOT NULL,  -- 标识
  "organization_id" TEXT NOT NULL,  -- 单位标识
  "fiscal_year" INTEGER NOT NULL,  -- 预算年度
  "stage" TEXT NOT NULL CHECK ("stage" IN ('budget', 'adjusted', 'final')),  -- 阶段
  "statement" TEXT NOT NULL CHECK ("statement" IN ('revenue_expenditure', 'revenue', 'expenditure', 'appropriation', 'general_public', 'general_public_basic', 'three_public', 'government_fund', 'state_capital', 'projects', 'special_account', 'unit_funds', 'agency_operation', 'procurement_total', 'state_assets', 'narrative')),  -- 报表
  "flow" TEXT NOT NULL CHECK ("flow" IN ('revenue', 'expenditure', 'balance', 'stock')),  -- 收支方向
  "item" TEXT NOT NULL,  -- 项目名称
  "item_code" TEXT CHECK ("item_code" IN ('balance', 'revenue', 'revenue.current', 'revenue.fiscal_appropriation', 'revenue.general_public_budget', 'revenue.government_fund', 'revenue.state_capital', 'revenue.special_account', 'revenue.unit_funds', 'revenue.business_income', 'revenue.operating_income', 'revenue.superior_subsidy', 'revenue.subsidiary_remittance', 'revenue.other_income', 'revenue.carryover', 'revenue.surplus_use', 'revenue.function', 'expenditure', 'expenditure.current', 'expenditure.carryover', 'expenditure.basic', 'expenditure.basic.personnel', 'expenditure.basic.public', 'expenditure.project', 'expenditure.operating', 'expenditure.remitted_up', 'expenditure.subsidy_down', 'expenditure.function', 'expenditure.economic', 'three_public', 'three_public.abroad', 'three_public.vehicles', 'three_public.vehicles.purchase', 'three_public.vehicles.operation', 'three_public.reception', 'meeting', 'training', 'agency_operation', 'procurement', 'procurement.goods', 'procurement.works', 'procurement.services', 'procurement.central', 'procurement.dispersed', 'assets', 'assets.fixed', 'assets.planned_purchase', 'assets.vehicles', 'assets.equipment')),  -- 项目代码
  "parent_id" TEXT,  -- 上级行
  "is_total" INTEGER NOT NULL CHECK ("is_total" IN (0, 1)),  -- 是否合计
  "of_which" INTEGER CHECK ("of_which" IN (0, 1)),  -- 是否“其中”数
  "fund_source" TEXT CHECK ("fund_source" IN ('total', 'fiscal_appropriation', 'general_public_budget', 'government_fund', 'state_capital', 'special_account', 'unit_funds', 'business_income', 'operating_income', 'superior_subsidy', 'subsidiary_remittance', 'other_income', 'carryover', 'surplus_use')),  -- 资金来源
  "expenditure_type" TEXT CHECK ("expenditure_type" IN ('total', 'basic', 'personnel', 'public', 'project', 'operating', 'remitted_up', 'subsidy_down')),  -- 支出类型
  "function_code" TEXT,  -- 支出功能分类科目编码
  "function_name" TEXT,  -- 支出功能分类科目名称
  "economic_code" TEXT,  -- 支出经济分类科目编码
  "economic_name" TEXT,  -- 支出经济分类科目名称
  "economic_scheme" TEXT CHECK ("economic_scheme" IN ('department', 'government')),  -- 经济分类体系
  "project" TEXT,  -- 项目
  "amount" NUMERIC,  -- 金额（元）
  "amount_reported" TEXT,  -- 金额（原文）
  "unit_reported" TEXT CHECK ("unit_reported" IN ('yuan', 'qian_yuan', 'wan_yuan', 'bai_wan_yuan', 'yi_yuan')),  -- 金额单位（原文）
  "share_percent" NUMERIC,  -- 所占比例
  "share_of_id" TEXT,  -- 占哪一行
  PRIMARY KEY ("id"),
  FOREIGN KEY ("organization_id") REFERENCES "organizations" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("parent_id") REFERENCES "budget_lines" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("share_of_id") REFERENCES "budget_lines" ("id") DEFERRABLE INITIALLY DEFERRED
);

-- 增减变化 (Comparisons)
CREATE TABLE "comparisons" (
  "id" TEXT NOT NULL,  -- 标识
  "line_id" TEXT,  -- 所比较的收支行
  "item_code" TEXT CHECK ("item_code" IN ('balance', 'revenue', 'revenue.current', 'revenue.fiscal_appropriation', 'revenue.general_public_budget', 'revenue.government_fund', 'revenue.state_capital', 'revenue.special_account', 'revenue.unit_funds', 'revenue.business_income', 'revenue.operating_income', 'revenue.superior_subsidy', 'revenue.subsidiary_remittance', 'revenue.other_income', 'revenue.carryover', 'revenue.surplus_use', 'revenue.function', 'expenditure', 'expenditure.current', 'expenditure.carryover', 'expenditure.basic', 'expenditure.basic.personnel', 'expenditure.basic.public', 'expenditure.project', 'expenditure.operating', 'expenditure.remitted_up', 'expenditure.subsidy_down', 'expenditure.function', 'expenditure.economic', 'three_public', 'three_public.abroad', 'three_public.vehicles', 'three_public.vehicles.purchase', 'three_public.vehicles.operation', 'three_public.reception', 'meeting', 'training', 'agency_operation', 'procurement', 'procurement.goods', 'procurement.works', 'procurement.services', 'procurement.central', 'procurement.dispersed', 'assets', 'assets.fixed', 'assets.planned_purchase', 'assets.vehicles', 'assets.equipment')),  -- 项目代码
  "base_year" INTEGER,  -- 比较年度
  "base_stage" TEXT CHECK ("base_stage" IN ('budget', 'initial', 'executed', 'final')),  -- 比较口径
  "base_amount" NUMERIC,  -- 比较年度金额（元）
  "direction" TEXT NOT NULL CHECK ("direction" IN ('increase', 'decrease', 'unchanged')),  -- 增减
  "change_amount" NUMERIC,  -- 增减额（元）
  "change_reported" TEXT,  -- 增减额（原文）
  "unit_reported" TEXT CHECK ("unit_reported" IN ('yuan', 'qian_yuan', 'wan_yuan', 'bai_wan_yuan', 'yi_yuan')),  -- 金额单位（原文）
  "change_percent" NUMERIC,  -- 增减百分比
  "reason" TEXT,  -- 原因
  PRIMARY KEY ("id"),
  FOREIGN KEY ("line_id") REFERENCES "budget_lines" ("id") DEFERRABLE INITIALLY DEFERRED
);

-- 绩效目标 (Performance goals)
CREATE TABLE "performance_goals" (
  "id" TEXT NOT NULL,  -- 标识
  "organization_id" TEXT NOT NULL,  -- 单位标识
  "scope" TEXT NOT NULL CHECK ("scope" IN ('department', 'activity', 'special_fund', 'project')),  -- 目标范围
  "number" TEXT,  -- 编号
  "title" TEXT,  -- 项目或活动名称
  "goal" TEXT,  -- 绩效目标
  "amount" NUMERIC,  -- 金额（元）
  "amount_reported" TEXT,  -- 金额（原文）
  "unit_reported" TEXT CHECK ("unit_reported" IN ('yuan', 'qian_yuan', 'wan_yuan', 'bai_wan_yuan', 'yi_yuan')),  -- 金额单位（原文）
  "amount_fiscal" NUMERIC,  -- 其中：财政拨款（元）
  "amount_carryover" NUMERIC,  -- 上年结转（元）
  "amount_other" NUMERIC,  -- 其他资金（元）
  "indicator_text" TEXT,  -- 绩效指标（文句）
  "details" TEXT,  -- 表中其他内容
  PRIMARY KEY ("id"),
  FOREIGN KEY ("organization_id") REFERENCES "organizations" ("id") DEFERRABLE INITIALLY DEFERRED
);

-- 绩效指标 (Performance indicators)
CREATE TABLE "performance_indicators" (
  "id" TEXT NOT NULL,  -- 标识
  "goal_id" TEXT NOT NULL,  -- 所属目标
  "number" INTEGER,  -- 次序
  "level_1" TEXT,  -- 一级指标
  "level_1_code" TEXT,  -- 一级指标代码
  "level_2" TEXT,  -- 二级指标
  "level_2_code" TEXT,  -- 二级指标代码
  "level_3" TEXT,  -- 三级指标
  "definition" TEXT,  -- 说明
  "target_reported" TEXT,  -- 指标值（原文）
  "target_type" TEXT CHECK ("target_type" IN ('quantitative', 'deadline', 'qualitative')),  -- 指标值类型
  "operator" TEXT CHECK ("operator" IN ('>=', '<=', '>', '<', '=')),  -- 比较符号
  "value" NUMERIC,  -- 目标数值
  "unit" TEXT,  -- 目标单位
  "deadline" TEXT,  -- 期限
  "weight" NUMERIC,  -- 分值权重
  "score_rule" TEXT,  -- 评分细则
  "basis" TEXT,  -- 指标值确定依据
  "basis_code" TEXT,  -- 指标值确定依据代码
  "remark" TEXT,  -- 备注
  "origin" TEXT NOT NULL CHECK ("origin" IN ('table', 'sentence')),  -- 来自
  PRIMARY KEY ("id"),
  FOREIGN KEY ("goal_id") REFERENCES "performance_goals" ("id") DEFERRABLE INITIALLY DEFERRED
);

-- 政府采购预算 (Procurement)
CREATE TABLE "procurement" (
  "id" TEXT NOT NULL,  -- 标识
  "organization_id" TEXT NOT NULL,  -- 单位标识
  "project" TEXT,  -- 项目
  "project_funds" NUMERIC,  -- 项目预算资金（元）
  "item" TEXT NOT NULL,  -- 采购物品名称
  "catalogue_code" TEXT,  -- 政府采购品目编码
  "catalogue_edition" TEXT CHECK ("catalogue_edition" IN ('2013', '2022')),  -- 采购目录版本
  "category" TEXT CHECK ("category" IN ('goods', 'works', 'services')),  -- 采购类别
  "mode" TEXT CHECK ("mode" IN ('central', 'departmental', 'dispersed')),  -- 采购组织形式
  "unit_of_measure" TEXT,  -- 计量单位
  "quantity" NUMERIC,  -- 数量
  "unit_price" NUMERIC,  -- 单价（元）
  "amount" NUMERIC,  -- 采购金额（元）
  "amount_general_public_budget" NUMERIC,  -- 一般公共预算拨款（元）
  "amount_government_fund" NUMERIC,  -- 政府性基金预算拨款（元）
  "amount_state_capital" NUMERIC,  -- 国有资本经营预算拨款（元）
  "amount_special_account" NUMERIC,  -- 财政专户管理资金（元）
  "amount_unit_funds" NUMERIC,  -- 单位资金（元）
  "amount_carryover" NUMERIC,  -- 上年结转（元）
  "unit_reported" TEXT CHECK ("unit_reported" IN ('yuan', 'qian_yuan', 'wan_yuan', 'bai_wan_yuan', 'yi_yuan')),  -- 金额单位（原文）
  PRIMARY KEY ("id"),
  FOREIGN KEY ("organization_id") REFERENCES "organizations" ("id") DEFERRABLE INITIALLY DEFERRED
);

-- 国有资产占用 (State assets)
CREATE TABLE "assets" (
  "id" TEXT NOT NULL,  -- 标识
  "organization_id" TEXT NOT NULL,  -- 单位标识
  "as_of" TEXT,  -- 截止日期
  "category_code" TEXT,  -- 资产类别代码
  "item" TEXT NOT NULL,  -- 项目名称
  "parent_id" TEXT,  -- 上级项
  "quantity" NUMERIC,  -- 数量
  "quantity_unit" TEXT,  -- 数量单位
  "value" NUMERIC,  -- 价值（元）
  "value_reported" TEXT,  -- 价值（原文）
  "unit_reported" TEXT CHECK ("unit_reported" IN ('yuan', 'qian_yuan', 'wan_yuan', 'bai_wan_yuan', 'yi_yuan')),  -- 金额单位（原文）
  "origin" TEXT CHECK ("origin" IN ('table', 'sentence')),  -- 来自
  PRIMARY KEY ("id"),
  FOREIGN KEY ("organization_id") REFERENCES "organizations" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("parent_id") REFERENCES "assets" ("id") DEFERRABLE INITIALLY DEFERRED
);

-- 人员情况 (Staff)
CREATE TABLE "staff" (
  "id" TEXT NOT NULL,  -- 标识
  "organization_id" TEXT NOT NULL,  -- 单位标识
  "as_of" TEXT,  -- 截止日期
  "item" TEXT NOT NULL,  -- 人员类别（原文）
  "category" TEXT,  -- 人员类别
  "parent_id" TEXT,  -- 上级行
  "quota" INTEGER,  -- 编制数
  "actual" INTEGER,  -- 实有人数
  "origin" TEXT CHECK ("origin" IN ('table', 'sentence')),  -- 来自
  PRIMARY KEY ("id"),
  FOREIGN KEY ("organization_id") REFERENCES "organizations" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("parent_id") REFERENCES "staff" ("id") DEFERRABLE INITIALLY DEFERRED
);

-- 正文 (Sections)
CREATE TABLE "sections" (
  "id" TEXT NOT NULL,  -- 标识
  "parent_id" TEXT,  -- 上级行
  "kind" TEXT NOT NULL CHECK ("kind" IN ('heading', 'paragraph', 'table')),  -- 成分
  "code" TEXT,  -- 主题
  "number" TEXT,  -- 编号
  "title" TEXT,  -- 标题
  "text" TEXT,  -- 文字
  "level" INTEGER NOT NULL,  -- 层级
  PRIMARY KEY ("id"),
  FOREIGN KEY ("parent_id") REFERENCES "sections" ("id") DEFERRABLE INITIALLY DEFERRED
);

-- 名词解释 (Glossary)
CREATE TABLE "glossary" (
  "id" TEXT NOT NULL,  -- 标识
  "term" TEXT NOT NULL,  -- 名词
  "definition" TEXT NOT NULL,  -- 说明
  PRIMARY KEY ("id")
);

-- 出处 (Sources)
CREATE TABLE "sources" (
  "table" TEXT NOT NULL,  -- 表
  "row_id" TEXT NOT NULL,  -- 行
  "field" TEXT NOT NULL,  -- 字段
  "file" TEXT NOT NULL,  -- 来源文件
  "locator" TEXT NOT NULL,  -- 位置
  "printed" TEXT,  -- 原文
  "method" TEXT NOT NULL CHECK ("method" IN ('cell', 'sentence', 'heading', 'derived')),  -- 取得方式
  "confidence" NUMERIC NOT NULL,  -- 可信度
  PRIMARY KEY ("table", "row_id", "field")
);

-- 识读说明 (Diagnostics)
CREATE TABLE "diagnostics" (
  "id" TEXT NOT NULL,  -- 标识
  "key" TEXT NOT NULL,  -- 情形
  "file" TEXT,  -- 来源文件
  "locator" TEXT,  -- 位置
  "printed" TEXT,  -- 原文
  "message_zh" TEXT NOT NULL,  -- 说明（中文）
  "message_en" TEXT NOT NULL,  -- 说明（英文）
  PRIMARY KEY ("id")
);

-- 校验结果 (Findings)
CREATE TABLE "findings" (
  "id" TEXT NOT NULL,  -- 标识
  "rule" TEXT NOT NULL,  -- 规则
  "severity" TEXT NOT NULL CHECK ("severity" IN ('error', 'warning', 'note')),  -- 严重程度
  "outcome" TEXT NOT NULL CHECK ("outcome" IN ('pass', 'fail', 'not_applicable', 'not_evaluable')),  -- 结果
  "table" TEXT,  -- 表
  "row_id" TEXT,  -- 行
  "field" TEXT,  -- 字段
  "expected" TEXT,  -- 应为
  "actual" TEXT,  -- 实为
  "difference" TEXT,  -- 差额
  "tolerance" TEXT,  -- 容差
  "message_zh" TEXT NOT NULL,  -- 说明（中文）
  "message_en" TEXT NOT NULL,  -- 说明（英文）
  PRIMARY KEY ("id")
);
