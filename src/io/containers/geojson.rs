//! GeoJSON: a row for each feature, with its properties and its point; an area stands at its middle.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Refused, Rows, Table};

/// A collection of features (RFC 7946).
#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    properties: Option<Map<String, Value>>,
    #[serde(default)]
    geometry: Option<Geometry>,
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    coordinates: Value,
    #[serde(default)]
    geometries: Vec<Self>,
}

/// Properties of more names are no table.
const MOST_COLUMNS: usize = 2000;

/// Whether a text begins as GeoJSON does.
pub(super) fn may_be(head: &[u8]) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(head, word).is_some();
    has(b"\"FeatureCollection\"") || has(b"\"Feature\"") || has(b"\"features\"")
}

/// The features as rows, those of a line break each.
pub(super) fn table(bytes: &[u8]) -> Result<Table, Refused> {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let features = match serde_json::from_slice::<Collection>(bytes) {
        Ok(collection) => collection.features,
        Err(error) => {
            serde_json::from_slice::<Feature>(bytes).map(|one| vec![one]).map_err(|_one| {
                let what = format!("the GeoJSON is broken on line {}: {error}", error.line());
                Refused::new(what, "save it once more, or as CSV")
            })?
        }
    };
    let mut names: Vec<&str> = Vec::new();
    for name in features.iter().filter_map(|f| f.properties.as_ref()).flat_map(Map::keys) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
        if names.len() > MOST_COLUMNS {
            return Err(Refused::new("the GeoJSON has thousands of properties", "save it as CSV"));
        }
    }
    let free = |name: &str| !names.iter().any(|own| own.eq_ignore_ascii_case(name));
    let with_id = free("id") && features.iter().any(|feature| !feature.id.is_null());
    let placed = free("lat") && free("lon") && free("latitude") && free("longitude");
    let mut rows = Rows::new();
    if with_id {
        rows.cell("id")?;
    }
    for name in &names {
        rows.cell(name)?;
    }
    if placed {
        rows.cell("lat")?;
        rows.cell("lon")?;
    }
    rows.end()?;
    for feature in &features {
        if with_id {
            rows.cell(&text_of(&feature.id))?;
        }
        for name in &names {
            let value = feature.properties.as_ref().and_then(|own| own.get(*name));
            rows.cell(&value.map_or_else(String::new, text_of))?;
        }
        if placed {
            let middle = feature.geometry.as_ref().and_then(middle);
            let (lon, lat) = middle
                .map_or_else(Default::default, |[lon, lat]| (lon.to_string(), lat.to_string()));
            rows.cell(&lat)?;
            rows.cell(&lon)?;
        }
        rows.end()?;
    }
    rows.into_table(String::new())
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(text_of).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

fn point(value: &Value) -> Option<[f64; 2]> {
    let list = value.as_array()?;
    Some([list.first()?.as_f64()?, list.get(1)?.as_f64()?])
}

fn points(value: &Value) -> Vec<[f64; 2]> {
    value.as_array().into_iter().flatten().filter_map(point).collect()
}

/// Longitude and latitude of the middle: of an area that of its largest outline.
fn middle(geometry: &Geometry) -> Option<[f64; 2]> {
    let parts = || geometry.coordinates.as_array().into_iter().flatten();
    match geometry.kind.as_str() {
        "Point" => point(&geometry.coordinates),
        "MultiPoint" | "LineString" => mean(&points(&geometry.coordinates)),
        "MultiLineString" => mean(&parts().flat_map(points).collect::<Vec<_>>()),
        "Polygon" => of_outline(&points(parts().next()?)).map(|(_, middle)| middle),
        "MultiPolygon" => {
            let outlines = parts().filter_map(|polygon| polygon.as_array()?.first());
            let of = outlines.filter_map(|outline| of_outline(&points(outline)));
            of.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, middle)| middle)
        }
        "GeometryCollection" => geometry.geometries.iter().find_map(middle),
        _ => None,
    }
}

fn mean(points: &[[f64; 2]]) -> Option<[f64; 2]> {
    let count = points.len() as f64;
    let sum = |at: usize| points.iter().map(|point| point[at]).sum::<f64>();
    (!points.is_empty()).then(|| [sum(0) / count, sum(1) / count])
}

/// Area in square degrees and centroid of an outline.
///
/// # Source
/// The shoelace formula: Braden, *The Surveyor's Area Formula*, College Mathematics Journal 17 (1986).
fn of_outline(points: &[[f64; 2]]) -> Option<(f64, [f64; 2])> {
    let &origin = points.first()?;
    let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
    for pair in points.windows(2) {
        let [a, b] = [pair[0], pair[1]].map(|p| [p[0] - origin[0], p[1] - origin[1]]);
        let cross = a[0] * b[1] - b[0] * a[1];
        area += cross / 2.0;
        x += (a[0] + b[0]) * cross / 6.0;
        y += (a[1] + b[1]) * cross / 6.0;
    }
    if area.abs() < 1e-12 {
        return mean(points).map(|middle| (0.0, middle));
    }
    Some((area.abs(), [origin[0] + x / area, origin[1] + y / area]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_stand_at_their_middle_and_points_where_they_are() {
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","id":7,"properties":{"name":"A","mw":100},
             "geometry":{"type":"Point","coordinates":[13.4,52.5]}},
            {"type":"Feature","properties":{"name":"B, C","mw":null,"tags":["x","y"]},
             "geometry":{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,2],[0,2],[0,0]]]}}]}"#;
        let table = table(text.as_bytes()).unwrap();
        let wanted = "id,name,mw,tags,lat,lon\n7,A,100,,52.5,13.4\n,\"B, C\",,x; y,1,2\n";
        assert_eq!(String::from_utf8(table.bytes).unwrap(), wanted);
    }
}
