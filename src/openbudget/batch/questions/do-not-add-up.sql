-- title_zh: 数字对不上的部门
-- title_en: Departments whose figures do not add up
-- says_zh: 勾稽关系（SUM、XTB、TXT、YOY、AST、PRC 各组规则）不成立的公开，按问题条数从多到少。
-- says_en: Disclosures in which sums, statements, text or changes disagree (rules SUM, XTB, TXT, YOY, AST, PRC), most findings first.
-- parameter: year integer optional
-- parameter: region text optional
SELECT region_code, agency_name, year, kind, count(*) AS findings, string_agg(DISTINCT rule, ' ' ORDER BY rule) AS rules,
  min(message_zh) AS for_example, package
FROM findings
WHERE severity IN ('error', 'warning') AND split_part(rule, '-', 1) IN ('SUM', 'XTB', 'TXT', 'YOY', 'AST', 'PRC')
  AND ($year IS NULL OR year = $year) AND ($region IS NULL OR starts_with(region_code, $region))
GROUP BY region_code, agency_name, year, kind, package
ORDER BY findings DESC, package
