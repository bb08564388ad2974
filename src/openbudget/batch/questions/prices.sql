-- title_zh: 同一采购品目的单价
-- title_en: Prices of the same goods
-- says_zh: 同一品目（2013、2022 两版目录一一对应的合并）在各部门的单价（元）：件数、最低、中位、最高，相差倍数大的在前。
-- says_en: Unit prices (yuan) of the same catalogue item across departments, both editions joined where they map one to one; the widest spread first.
-- parameter: code text optional
-- parameter: region text optional
-- parameter: year integer optional
WITH priced AS (
  SELECT p.*, CASE WHEN catalogue_edition = '2013' THEN coalesce(s.code_2022, '2013:' || catalogue_code)
    ELSE catalogue_code END AS series
  FROM procurement p LEFT JOIN same_goods s ON p.catalogue_edition = '2013' AND p.catalogue_code = s.code_2013
  WHERE unit_price > 0 AND catalogue_code IS NOT NULL
    AND ($region IS NULL OR starts_with(region_code, $region)) AND ($year IS NULL OR year = $year)
)
SELECT series AS catalogue_code, mode(item) AS item, unit_of_measure, count(*) AS purchases,
  count(DISTINCT agency_name) AS departments, sum(quantity) AS quantity, min(unit_price) AS lowest,
  median(unit_price) AS middle, max(unit_price) AS highest, round(max(unit_price) / min(unit_price), 2) AS ratio,
  arg_max(package, unit_price) AS highest_in
FROM priced
WHERE $code IS NULL OR starts_with(series, $code)
GROUP BY series, unit_of_measure
ORDER BY ratio DESC, purchases DESC, series, unit_of_measure
